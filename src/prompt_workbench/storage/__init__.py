"""The project: one SQLite file, or one PostgreSQL database.

May import `settings`, `system` and `domain`. Ideas to know:

- `tables` declares the tables by subject, columns only: with SQLModel what people write, with
  SQLAlchemy alone what calls write in masses. Rows never leave this package: one mapper per
  entity, in `repositories`, turns them into frozen domain values.
- `project` is how services read and write: readers on WAL snapshots, one writer thread.
  `ledger` is how the call worker writes: its own writer thread takes everything that waits
  as soon as the previous commit returns, and writes it in batches.
- `opening` and `project_files` decide how a project is opened: newer, damaged, locked and
  read-only ones get a sentence, older ones a backup and an update, and of what a stranger
  made only the checked rows are used (`strangers`).
- What differs between the two databases is in `sqlite` and `postgres`, nowhere else.
- Times are integer microseconds since 1970 (UTC), money is integer picodollars, JSON is text.
- Every commit counts up the kinds of things it changed in the table `change`; that is how
  another process learns what to read again.
"""
