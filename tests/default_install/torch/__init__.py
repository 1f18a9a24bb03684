"""Stands before the real torch on the path of every process that a test starts.

The default install has none, so a service or command under test has to do without, and starts in
half the time. The tests' own process has the real one.
"""

raise ImportError("the default install has no torch")
