"""From a question to a checked answer: understanding, search, composition, verification."""
