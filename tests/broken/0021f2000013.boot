#!version:1.0.0.1
# Crane 4
include:config <y000000000000.cfg>
include:config <sites/kran.conf>
include:config "sites/hafen-neu.cfg"
include:config <0021f2000013.cfg>
include:config <sites/hafen.cfg>
