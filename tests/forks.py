"""The fork server for every test that starts a process: what it has imported, no fork imports again.

`multiprocessing` keeps one fork server for the whole test process, and whoever names its modules
last replaces the others' names, so they are all named here.
"""

from multiprocessing import get_context

context = get_context("forkserver")
context.set_forkserver_preload(
    [
        "integrations.cli.main",
        "integrations.cli.serving",
        "integrations.slack.process",
        "integrations.web.app",
        "tests.integrations.crash_builder",
        "tests.kb.crash_writer",
    ]
)
