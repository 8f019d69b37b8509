#!version:1.0.0.1
# For Hall. Made by `fvprov generate` from phones.csv and templates/phone.boot.j2: change those, not this file.
# Read from top to bottom; of two lines for one setting the later wins.
include:config <y000000000000.cfg>
include:config <sites/berlin.cfg>
include:config <0021f2000002.cfg>
