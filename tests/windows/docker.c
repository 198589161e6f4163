/* A docker.exe that asks as the real one does: on the console that it has, and only there.
   docker login | docker system prune | docker compose up, which tells each size of its window and ends at 90 by 30. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static HANDLE in, out;

static int line(char *room, DWORD size)
{
    DWORD got = 0;
    if (!ReadConsoleA(in, room, size - 1, &got, NULL))
        return 0;
    room[got] = 0;
    room[strcspn(room, "\r\n")] = 0;
    return 1;
}

static int login(void)
{
    char name[100], word[100];
    DWORD mode;
    printf("Username: ");
    if (!line(name, sizeof name))
        return 1;
    printf("Password: ");
    GetConsoleMode(in, &mode);
    SetConsoleMode(in, mode & ~ENABLE_ECHO_INPUT);
    if (!line(word, sizeof word))
        return 1;
    SetConsoleMode(in, mode);
    printf("\nLogin Succeeded for %s with %d letters\n", name, (int)strlen(word));
    return 0;
}

static int prune(void)
{
    char word[100];
    printf("WARNING! This will remove:\n  - all stopped containers\n\nAre you sure you want to continue? [y/N] ");
    if (!line(word, sizeof word))
        return 1;
    printf(strcmp(word, "y") ? "kept\n" : "Total reclaimed space: 0B\n");
    return strcmp(word, "y") ? 1 : 0;
}

static int size(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    int columns = 0, lines = 0, told = 0, tries;
    for (tries = 0; tries < 600 && !(columns == 90 && lines == 30); tries++) {
        GetConsoleScreenBufferInfo(out, &info);
        columns = info.srWindow.Right - info.srWindow.Left + 1;
        lines = info.srWindow.Bottom - info.srWindow.Top + 1;
        if (told != columns * 1000 + lines)
            printf("window %dx%d\n", columns, lines);
        told = columns * 1000 + lines;
        Sleep(50);
    }
    return 7;
}

int wmain(int argc, wchar_t **argv)
{
    DWORD mode;
    int code;
    in = GetStdHandle(STD_INPUT_HANDLE);
    out = GetStdHandle(STD_OUTPUT_HANDLE);
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!GetConsoleMode(in, &mode) || !GetConsoleMode(out, &mode)) {
        fprintf(stderr, "Error: Cannot perform an interactive login from a non TTY device\n");
        return 1;
    }
    code = argc > 1 && !wcscmp(argv[1], L"login") ? login() : argc > 2 && !wcscmp(argv[2], L"prune") ? prune() : size();
    Sleep(500); /* winpty looks at the console 40 times a second, and pywinpty not at all behind a program's end */
    return code;
}
