"""Plots that are read at a glance: numbers in, geometry and German words out; a template draws them."""
