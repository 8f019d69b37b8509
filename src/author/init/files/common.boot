#!version:1.0.0.1
# Boot file for phones without a boot file of their own: only settings that all phones share, no account.
# Phones with their own boot file, such as 0021f2000001.boot, do not read this file.
include:config <y000000000000.cfg>
