"""Tests of the Slack bot, against a local Slack."""
