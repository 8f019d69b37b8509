#!version:1.0.0.1
# Gate, İzmir
include:config <y000000000000.cfg>
include:config <sites/izmir.cfg>
include:config <0021f2000004.cfg>
