/* hold.exe FILE MILLISECONDS: opens a file as many Windows programs do, so that no other program can replace it meanwhile. */
#include <stdio.h>
#include <windows.h>

int wmain(int count, wchar_t **arguments) {
    HANDLE file = count == 3 ? CreateFileW(arguments[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL)
                             : INVALID_HANDLE_VALUE;
    if (file == INVALID_HANDLE_VALUE) {
        return 1;
    }
    puts("open");
    fflush(stdout);
    Sleep(wcstoul(arguments[2], NULL, 10));
    return 0;
}
