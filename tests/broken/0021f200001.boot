#!version:1.0.0.1
# Pier 4. The label of the phone was hard to read.
include:config <y000000000000.cfg>
include:config <sites/hafen.cfg>
