"""Days and times as people here write them (settings.FORMAT_MODULE_PATH)."""
