"""kpi-tui: a live KPI monitor for TikTok marketing, in the terminal."""
