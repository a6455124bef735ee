"""The one error that a person sees: a sentence that says what to do, in Chinese first."""


class SetupError(Exception):
    """Set-up cannot go on. The text is shown as it is, without a traceback."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
        self.chinese = chinese
        self.english = english
