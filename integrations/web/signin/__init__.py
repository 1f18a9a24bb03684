"""Signing in: cookie and session of each request, one-time links, OpenID Connect, and their pages."""
