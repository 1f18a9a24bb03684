"""Reading files in a process of its own, so that no file can stop a run or the service.

`Parser` is what the rest uses; `child` is the process, `processes` starts, watches and ends it, `wire`
is what the two say to each other.
"""
