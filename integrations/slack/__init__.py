"""The Slack bot: posts come in, cited answers go out, and nobody sees more than they may."""
