"""The commands of ``python -m charlstm``: one module per group, and the parser of their options."""
