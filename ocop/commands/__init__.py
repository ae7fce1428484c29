"""One module per command of ``ocop``; nothing here is imported before its command is called."""
