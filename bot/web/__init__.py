"""The web channel: thin routes over the use cases."""
