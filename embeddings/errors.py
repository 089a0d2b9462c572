"""The two errors of this package; their messages are meant for the user, in the user's language."""


class EncoderError(Exception):
    """A model cannot be made or loaded: the message says what, where, and what to do."""


class IndexFileError(Exception):
    """A stored index is broken, truncated or foreign: rebuild it from its vectors."""
