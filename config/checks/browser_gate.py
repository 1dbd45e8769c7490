"""A pytest plugin: names the browser tests that were skipped, and why it matters.

With ``ANWANG_REQUIRE_BROWSER=1``, as in continuous integration, a skipped browser
test, or none at all, makes the run fail.
"""

import os

import pytest

HOW = (
    "Browser tests need Chromium and Chinese fonts: "
    '"apt install chromium fonts-noto-cjk", '
    "or name another Chromium in ANWANG_CHROMIUM."
)
MARK = "browser"


class BrowserGate:
    """Counts what ran and what was skipped; with xdist, in the parent process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._skipped: list[str] = []
        self._ran = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if MARK not in report.keywords:
            return
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped.append(report.nodeid)
        elif report.when == "call":
            self._ran += 1

    @property
    def refusal(self) -> str:
        """Why the run may not count as green, or nothing."""
        if os.environ.get("ANWANG_REQUIRE_BROWSER", "") in {"", "0", "false"}:
            return ""
        if self._skipped:
            return f"{len(self._skipped)} browser tests were skipped. {HOW}"
        whole = self._config.args_source is not pytest.Config.ArgsSource.ARGS
        if whole and not self._ran and not self._config.option.collectonly:
            return "No browser test ran, but ANWANG_REQUIRE_BROWSER is set."
        return ""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refusal and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        if self._skipped:
            terminalreporter.section("browser tests skipped")
            for name in self._skipped:
                terminalreporter.line(name)
            terminalreporter.line(HOW)
        if self.refusal:
            terminalreporter.section("refused", red=True)
            terminalreporter.line(self.refusal, red=True)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(BrowserGate(config), "browser-gate")
