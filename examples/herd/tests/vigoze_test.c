/* Tests of src/vigoze.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vigoze(const char *fucibu, char jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vigoze.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vigoze.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vigoze(\"9a9e9u\", 'b')", vigoze("9a9e9u", 'b'), 0);
    CHECK("vigoze(\"coeoc\", 't')", vigoze("coeoc", 't'), 0);
    CHECK("vigoze(\"cec\", 'e')", vigoze("cec", 'e'), 1);
    CHECK("vigoze(\" u9 \", ' ')", vigoze(" u9 ", ' '), 2);
    CHECK("vigoze(\"oueaub\", 'a')", vigoze("oueaub", 'a'), 1);
    CHECK("vigoze(\"o0u\", 'b')", vigoze("o0u", 'b'), 0);
    CHECK("vigoze(\"\", 'a')", vigoze("", 'a'), 0);
    CHECK("vigoze(\" u\", 'c')", vigoze(" u", 'c'), 0);
    CHECK("vigoze(\"bcacb\", 'c')", vigoze("bcacb", 'c'), 2);
    CHECK("vigoze(\"9uaoue\", 'e')", vigoze("9uaoue", 'e'), 1);
    puts("ok src/vigoze.c");
    return 0;
}
