#!version:1.0.0.1
# Accounts, Bremerhaven
include:config "y000000000000.cfg"
include:config "sites/head office/bremerhaven.cfg"
include:config "0021f2000008.cfg"
