"""The widget for other people's sites: one script, whom it may talk to, and the routes for both."""
