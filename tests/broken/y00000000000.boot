#!version:1.0.0.1
# Phones without a boot file of their own
include:config <y000000000000.cfg>
