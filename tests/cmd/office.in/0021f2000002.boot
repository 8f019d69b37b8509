#!version:1.0.0.1
# Workshop
# fvprov: model=fip10
include:config <common.cfg>
include:config <sites/hamburg.cfg>
include:config <0021f2000002.cfg>
