#!version:1.0.0.1
# Canteen
include:config <y000000000000.cfg>
include:config <sites/hafen.cfg>
include:config "sites/hafen.cfg"
include:config <sites/kantine.cfg>
include:config <sites/tuer.cfg>
include:config <sites/rundruf.cfg>
include:config "http://templates.nordtel.example/fip/base.cfg"
include:config <0021f2000018.cfg>
