"""Two real servers: a private MariaDB to copy from, and the platform's Postgres to copy into."""

from clinic_assets_tests.mariadb import mariadb as mariadb
