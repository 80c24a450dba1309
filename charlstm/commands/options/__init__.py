"""The options of every command: a module for each of the modules of commands."""
