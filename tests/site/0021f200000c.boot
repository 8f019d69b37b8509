#!version:1.0.0.1
# Workshop, Salzburg
include:config <y000000000000.cfg>
include:config <sites/salzburg.cfg>
include:config <0021f200000c.cfg>
