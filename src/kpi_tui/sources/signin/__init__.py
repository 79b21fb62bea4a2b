"""Signing in to TikTok: consent, stored tokens, and their refresh in time.

Knows no number and no screen; what it keeps never leaves it but as a request's token.
"""
