/* stty.exe of an MSYS installation: has the imitated pseudo-terminal behind its standard input (pty_host.py) answer.
   Built with FOREIGN it is another installation's, which does not know the terminal. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static HANDLE open_control(void)
{
    static const WCHAR before[] = L"\\\\.\\pipe", behind[] = L"-master-ctl";
    BYTE room[1024] = {0};
    FILE_NAME_INFO *info = (FILE_NAME_INFO *)room;
    WCHAR path[600];
    WCHAR *end;

    if (!GetFileInformationByHandleEx(GetStdHandle(STD_INPUT_HANDLE), FileNameInfo, info, sizeof room - 2))
        return INVALID_HANDLE_VALUE;
    end = wcsstr(info->FileName, L"-from-master");
    if (!end)
        return INVALID_HANDLE_VALUE;
    *end = 0;
    wcscpy(path, before);
    wcscat(path, info->FileName);
    wcscat(path, behind);
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
}

int wmain(int argc, wchar_t **argv)
{
#ifdef FOREIGN
    HANDLE control = INVALID_HANDLE_VALUE;
    (void)open_control;
#else
    HANDLE control = open_control();
#endif
    char words[1000] = "", answer[1000];
    DWORD size;
    int i;

    if (control == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "stty: 'standard input': Inappropriate ioctl for device\n");
        return 1;
    }
    for (i = 1; i < argc; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%ls ", argv[i]);
    if (!WriteFile(control, words, strlen(words) + 1, &size, NULL) ||
        !ReadFile(control, answer, sizeof answer - 1, &size, NULL) || !size)
        return 1;
    fwrite(answer + 1, 1, size - 1, stdout);
    return answer[0] - '0';
}
