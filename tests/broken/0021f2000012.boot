# Crane 3, moved to hall 2 on Friday
#!version:1.0.0.1
include:config <y000000000000.cfg>
include:config <sites/hafen.cfg"
include:config <0021f2000012.cfg>
