/* Tests of src/ma_sidu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_sidu(const char *widi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_sidu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_sidu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_sidu(\"e0 \")", ma_sidu("e0 "), 1);
    CHECK("ma_sidu(\"ocbbco\")", ma_sidu("ocbbco"), 2);
    CHECK("ma_sidu(\"e\")", ma_sidu("e"), 1);
    CHECK("ma_sidu(\"0o0 a  \")", ma_sidu("0o0 a  "), 2);
    CHECK("ma_sidu(\"ccceccc\")", ma_sidu("ccceccc"), 1);
    CHECK("ma_sidu(\"\")", ma_sidu(""), 0);
    CHECK("ma_sidu(\"o9teu\")", ma_sidu("o9teu"), 3);
    CHECK("ma_sidu(\"ta09ae \")", ma_sidu("ta09ae "), 3);
    CHECK("ma_sidu(\"oac\")", ma_sidu("oac"), 2);
    CHECK("ma_sidu(\"ocaaaco\")", ma_sidu("ocaaaco"), 5);
    puts("ok src/ma_sidu.c");
    return 0;
}
