"""The admin's desk below `/admin` (German): one module per page, all of them listed in `pages`."""
