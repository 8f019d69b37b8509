#!version:1.0.0.1
# Pier 5. Switched off until the cable is there, Heike
#include:config <y000000000000.cfg>
#include:config <sites/hafen.cfg>
