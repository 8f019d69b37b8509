#!version:1.0.0.1
# Jens Onken, store
static.network.vlan.internet_port_vid = 120
include:config <sites/lager.cfg>
include:config <../shared/feiertage.cfg>
include:config <0021f2000015.cfg>
