"""Backups: the database and the files together, proved by restoring them, and brought back from the shell.

One backup is one folder, whole or not there: `database.dump` (pg_dump), `files/` as in the data folder,
`manifest.json` (what a restored database must be equal to), `CHECKSUMS` (as `sha256sum -c` reads it) and
`SEAL`, the sum of the sums. Keys and passwords are never in it.
"""
