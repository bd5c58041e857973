"""Where tickets are kept: SQLite files with everything personal sealed, and a store in memory.

One folder holds the store: ``store.db`` (events and read tables), ``keys.db`` (the customers' keys,
wrapped under the master key, which lies elsewhere) and ``store.lock``. See
:class:`bot.storage.sqlite_store.SqliteStore` and :class:`bot.storage.memory.MemoryStore`.
"""
