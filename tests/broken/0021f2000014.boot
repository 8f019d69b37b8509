#!version:1.0.0.1
# Gate 2, new hall
include:config <y000000000000.cfg>
include:config <Sites/Hafen.cfg>
include:config "C:\Provisioning\Umzug\halle.cfg"
include:config <0021f2000014.cfg>
