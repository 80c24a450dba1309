"""Recurrent layers over a chunk of time, forwards and backwards, made for the CPU.

Imports tensorflow; knows arrays alone.
"""
