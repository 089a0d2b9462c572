"""The errors that are shown to the user, in the user's language."""


class QAError(Exception):
    """Shown to the user: the message says what is wrong, where, and what to do.

    The command line prints it without a traceback and the chat page shows it as a message. Everything
    else that is raised is a defect of the program.
    """


class QuestionError(QAError):
    """The question cannot be used: empty, too long, or not text."""


class DocumentError(QAError):
    """A report cannot be read, or a document id is unknown."""


class LibraryError(QAError):
    """The library on disk cannot be read or written."""


class ReaderError(QAError):
    """The reader's weights are missing, broken, or made for another encoder."""
