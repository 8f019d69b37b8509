#!version:1.0.0.1
# Veronika Aigner, Salzburg
include:config "y000000000000.cfg"
include:config <sites/salzburg.cfg>
include:config "0021f200000a.cfg"
