#!version:1.0.0.1
# What a phone reads that has no boot file of its own: settings that every phone shares, and no account.
# Phones that have one, such as 0021f2000001.boot, read that instead of this file.
include:config <y000000000000.cfg>
