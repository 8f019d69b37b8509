#!version:1.0.0.1
# Cold store, office
include:config <y000000000000.cfg>
include:config <sites/lager.cfg>
include:config <0021f2000018.cfg>
