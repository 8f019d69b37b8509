#!version:1.0.0.1
include:config <sites/berlin.cfg>
include:config <0021f2000001.cfg>
