/* The function of bcryptprimitives.dll that Rust's standard library calls. Windows contains this library, wine 8 does not. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    return RtlGenRandom(data, (ULONG)size);
}
