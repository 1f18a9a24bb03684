"""What is remembered of questions, feedback, call-backs and changes, for how long, and who is told."""
