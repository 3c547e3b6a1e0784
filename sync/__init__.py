"""The versioned sync protocol (PROTOCOL.md) as a library: it knows commands, rows and channels, and no work order.

It declares its tables on a given metadata and takes session, actor and registry as arguments. Never imports `server` or `media`.
"""
