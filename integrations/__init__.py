"""The edges: settings, wiring, command line, web."""
