#!version:1.0.0.1
# Heike Petersen, quay office
overwrite_mode = 1
include:config <y000000000000.cfg>
include:config "sites/hafen.cfg"
include:config <0021f2000011.cfg>
