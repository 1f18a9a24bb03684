"""Understanding a message by rules: its questions, each as it can be asked without the conversation."""
