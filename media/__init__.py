"""Files as a library: resumable content-addressed upload and storage. It knows hashes, not orders. Never imports `server` or `sync`."""
